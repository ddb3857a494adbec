package net.sf.json;

abstract class AbstractJSON implements JSON {
  private static final long serialVersionUID = 1L;
}
