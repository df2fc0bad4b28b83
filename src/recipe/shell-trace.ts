/**
 * Second part: a trace buffer of its own (or, without instances, the one that all share), its clock and size, and the
 * functions that the parts of a recipe are made of.
 */
export const SHELL_TRACE = `
# Leftovers of a recording that was killed. They cannot be removed while another one runs.
STALE=$(sed -n "s/^[pr][0-9]*:\\(\${GROUP}[a-z_]*\\/[^ ]*\\).*/\\1/p" "$TRACEFS/kprobe_events" 2>/dev/null)
for stale in $STALE; do
  { printf '%s\\n' "-:$stale" >>"$TRACEFS/kprobe_events"; } 2>/dev/null ||
    give_up "the probe $stale is in use" 'Another recording seems to run; stop it first.'
done

# An instance is a buffer of its own: nobody else's tracing is disturbed, and removing it puts everything back.
if mkdir "$TRACEFS/instances/$GROUP.$$" 2>/dev/null; then
  INSTANCE=$TRACEFS/instances/$GROUP.$$
  if [ -e "$INSTANCE/trace_clock" ]; then
    T=$INSTANCE
    note 'buffer: an instance of its own'
  else
    rmdir "$INSTANCE" 2>/dev/null
    INSTANCE=
  fi
fi
if [ -z "$T" ]; then
  T=$TRACEFS
  OLD_CLOCK=$(sed -n 's/.*\\[\\(.*\\)\\].*/\\1/p' "$T/trace_clock" 2>/dev/null)
  # Before it is used for the first time a buffer says "7 (expanded: 1408)".
  OLD_BUFFER=$(sed 's/ .*//' "$T/buffer_size_kb" 2>/dev/null)
  OLD_ON=$(cat "$T/tracing_on" 2>/dev/null)
  note 'buffer: the one that all share (no instances here)'
fi
set_to "$T/tracing_on" 0

# dmesg stamps its lines with local_clock(). The trace clock perf is the same function, so kernel messages and trace can be
# put into one order; global differs by little. The default, local, is the CPU's own and off by up to seconds.
CLOCK=
for clock in perf global; do
  if grep -q -w "$clock" "$T/trace_clock" 2>/dev/null && set_to "$T/trace_clock" "$clock"; then
    CLOCK=$clock
    break
  fi
done
if [ -z "$CLOCK" ]; then
  CLOCK=local
  say 'this kernel has neither the clock perf nor global: the order of dmesg and trace will not be known'
fi
note "trace clock $CLOCK"

# 16 MiB a CPU, but for all of them together no more than a 16th of the memory that is free.
CPUS=$(grep -c '^processor' /proc/cpuinfo 2>/dev/null)
if [ -z "$BUFFER_KB" ]; then
  BUFFER_KB=16384
  free_kb=$(sed -n 's/^MemAvailable: *\\([0-9]*\\) kB.*/\\1/p' /proc/meminfo 2>/dev/null)
  if [ -n "$free_kb" ] && [ "\${CPUS:-0}" -gt 0 ]; then
    most_kb=$((free_kb / 16 / CPUS))
    if [ "$most_kb" -lt "$BUFFER_KB" ]; then BUFFER_KB=$most_kb; fi
    if [ "$BUFFER_KB" -lt 1024 ]; then BUFFER_KB=1024; fi
  fi
fi
set_to "$T/buffer_size_kb" "$BUFFER_KB" || say "the buffer could not be set to $BUFFER_KB kB"
note "buffer $BUFFER_KB kB a CPU, $CPUS CPUs"

# event SYSTEM/NAME [FILTER]: records a tracepoint, if this kernel has it.
event() {
  if [ ! -e "$T/events/$1/enable" ]; then
    note "no event $1"
    return 1
  fi
  if [ $# -gt 1 ]; then
    if set_to "$T/events/$1/filter" "$2"; then note "event $1 if $2"; else note "event $1, filter refused: $2"; fi
  else
    note "event $1"
  fi
  set_to "$T/events/$1/enable" 1 || return 1
  EVENTS="$EVENTS $1"
}

# define 'p:GROUP/NAME FUNCTION ARGUMENTS': true if the kernel takes the definition.
define() {
  { printf '%s\\n' "$1" >>"$TRACEFS/kprobe_events"; } 2>/dev/null || return 1
  defined=\${1#*:}
  PROBES="$PROBES \${defined%% *}"
  note "probe $1"
}

# probe NAME FUNCTION BY-NAME BY-REGISTER [FILTER]: a probe whose arguments are the point of it.
probe() {
  has "$2" || return 1
  case $1 in */*) full=$1 ;; *) full=$GROUP/$1 ;; esac
  if [ -n "$NAMES" ] && [ -n "$3" ] && define "p:$full $2 $3"; then
    :
  elif [ -n "$A1" ] && [ -n "$4" ] && define "p:$full $2 $4"; then
    :
  else
    note "no probe on $2: the kernel takes none of its definitions"
    return 1
  fi
  if [ $# -gt 4 ]; then event "$full" "$5"; else event "$full"; fi
}

# mark NAME FUNCTION [BY-NAME BY-REGISTER]: a probe that says something also without arguments.
mark() {
  has "$2" || return 1
  if [ $# -gt 2 ] && probe "$@"; then return 0; fi
  define "p:$GROUP/$1 $2" || return 1
  event "$GROUP/$1"
}

# result NAME FUNCTION [TYPE]: that the function returned, and what.
result() {
  has "$2" || return 1
  define "r:$GROUP/$1 $2\${3:+ ret=\\$retval:$3}" || return 1
  event "$GROUP/$1"
}
`;
