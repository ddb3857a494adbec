#!/usr/bin/env bash
# Prepares every node, then installs from here.
set -euo pipefail

# A file goes to all nodes, ...
sealos scp etc/hugepages.conf /etc/sysctl.d/hugepages.conf
# ... and a command runs on all of them.
sealos exec "sysctl --load /etc/sysctl.d/hugepages.conf && modprobe nvme_tcp"

kubectl label node --overwrite --all example.com/storage=true
kubectl apply -f manifests/
