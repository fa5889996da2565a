#!/bin/sh
# Starts workerd for runtime.ts, which names the binary and the access log in the environment.
# Ctrl-C and a closed terminal reach every process of the terminal; ignored signals stay ignored across exec, so only
# runtime.ts decides when workerd ends (SIGTERM: let requests in flight finish).
trap '' INT HUP QUIT
# glibc takes the restartable sequences that workerd's allocator needs for its caches of each processor, unless told not
# to; without them every allocation goes the slow way (3 to 7 % of all time). Says nothing to other systems.
export GLIBC_TUNABLES="${GLIBC_TUNABLES:-glibc.pthread.rseq=0}"
if [ -n "$EDGESHARD_ACCESS_LOG" ]; then
  # Straight into the file: log lines cost Node nothing, and a slow reader cannot stall workerd.
  exec "$EDGESHARD_WORKERD" "$@" >>"$EDGESHARD_ACCESS_LOG"
fi
exec "$EDGESHARD_WORKERD" "$@"
