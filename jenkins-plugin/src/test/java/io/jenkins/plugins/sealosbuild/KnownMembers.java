package io.jenkins.plugins.sealosbuild;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Looks for what classes refer to: in their own JAR, in the signatures of Jenkins's types, and in
 * the JDK, with the descriptors that the bytecode has.
 */
final class KnownMembers {
  private final Map<String, byte[]> jar;
  private final Map<String, Members> found = new HashMap<>();

  private static final class Members {
    private final List<String> parents = new ArrayList<>();
    private final Set<String> members = new HashSet<>();
  }

  /**
   * @param jar the classes' own, by the names of its entries
   */
  KnownMembers(Map<String, byte[]> jar) {
    this.jar = jar;
  }

  /** What a class refers to and is not there: {@code class: type.member descriptor}. */
  List<String> missing(String entry, byte[] classFile) {
    List<String> missing = new ArrayList<>();
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  String @Nullable [] exceptions) {
                types(Type.getMethodType(descriptor), missing, entry);
                return references(entry, missing);
              }

              @Override
              public @Nullable FieldVisitor visitField(
                  int access,
                  String name,
                  String descriptor,
                  @Nullable String signature,
                  @Nullable Object value) {
                types(Type.getType(descriptor), missing, entry);
                return null;
              }

              @Override
              public void visit(
                  int version,
                  int access,
                  String name,
                  @Nullable String signature,
                  @Nullable String parent,
                  String @Nullable [] interfaces) {
                List<String> parents =
                    new ArrayList<>(List.of(interfaces == null ? new String[0] : interfaces));
                if (parent != null) {
                  parents.add(parent);
                }
                parents.forEach(type -> type(type, missing, entry));
              }
            },
            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return missing;
  }

  private MethodVisitor references(String entry, List<String> missing) {
    return new MethodVisitor(Opcodes.ASM9) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        member(owner, name + descriptor);
      }

      @Override
      public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
        member(owner, name + " " + descriptor);
      }

      @Override
      public void visitTypeInsn(int opcode, String type) {
        types(Type.getObjectType(type), missing, entry);
      }

      @Override
      public void visitInvokeDynamicInsn(
          String name, String descriptor, Handle bootstrap, Object... arguments) {
        for (Object argument : arguments) {
          constant(argument);
        }
      }

      @Override
      public void visitLdcInsn(Object value) {
        constant(value);
      }

      private void constant(Object value) {
        if (value instanceof Handle handle) {
          boolean field = handle.getTag() <= Opcodes.H_PUTSTATIC;
          member(handle.getOwner(), handle.getName() + (field ? " " : "") + handle.getDesc());
        } else if (value instanceof Type type) {
          types(type, missing, entry);
        } else if (value instanceof ConstantDynamic dynamic) {
          constant(dynamic.getBootstrapMethod());
        }
      }

      private void member(String owner, String member) {
        if (!owner.startsWith("[") && !has(owner, member)) {
          missing.add(entry + ": " + owner + "." + member);
        }
      }
    };
  }

  private void types(Type type, List<String> missing, String entry) {
    switch (type.getSort()) {
      case Type.ARRAY -> types(type.getElementType(), missing, entry);
      case Type.OBJECT -> type(type.getInternalName(), missing, entry);
      case Type.METHOD -> {
        types(type.getReturnType(), missing, entry);
        for (Type argument : type.getArgumentTypes()) {
          types(argument, missing, entry);
        }
      }
      default -> {
        // a primitive one
      }
    }
  }

  private void type(String type, List<String> missing, String entry) {
    if (members(type) == null) {
      missing.add(entry + ": " + type);
    }
  }

  private boolean has(String owner, String member) {
    Members of = members(owner);
    if (of == null) {
      return false;
    }
    // invoke and invokeExact of a method handle take what they are given
    return of.members.contains(member)
        || owner.equals("java/lang/invoke/MethodHandle")
        || of.parents.stream().anyMatch(parent -> has(parent, member));
  }

  private @Nullable Members members(String type) {
    if (!found.containsKey(type)) {
      found.put(type, read(type));
    }
    return found.get(type);
  }

  private @Nullable Members read(String type) {
    byte[] own = jar.get(type + ".class");
    if (own != null) {
      return members(new ClassReader(own));
    }
    if (type.startsWith("dev/sealosbuild/")) {
      // The tests have all of the engine beside them, the plugin only what it was given.
      return null;
    }
    try (InputStream in = ClassLoader.getSystemResourceAsStream(type + ".class")) {
      return in == null ? null : members(new ClassReader(in));
    } catch (IOException e) {
      throw new IllegalStateException(type, e);
    }
  }

  private static Members members(ClassReader reader) {
    Members members = new Members();
    if (reader.getSuperName() != null) {
      members.parents.add(reader.getSuperName());
    }
    members.parents.addAll(List.of(reader.getInterfaces()));
    if ((reader.getAccess() & Opcodes.ACC_INTERFACE) != 0) {
      members.parents.add("java/lang/Object");
    }
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            members.members.add(name + descriptor);
            return null;
          }

          @Override
          public @Nullable FieldVisitor visitField(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              @Nullable Object value) {
            members.members.add(name + " " + descriptor);
            return null;
          }
        },
        ClassReader.SKIP_CODE);
    return members;
  }
}
