/**
 * First part of every recipe: what the machine has. Leaves behind: `$WORK` a folder of its own, `$T` the buffer to use,
 * `$A1` to `$A4` where the kernel finds the first arguments of a function, `$NAMES` not empty if it knows their names.
 */
export const SHELL_START = `set -u
LC_ALL=C
export LC_ALL
umask 077

# For a test, or for tracefs in an unusual place. Normally all of these stay as they are.
TRACEFS=\${TRACEFS:-}
SYS=\${SYS:-/sys}
KALLSYMS=\${KALLSYMS:-/proc/kallsyms}
# Size of the ring buffer of each CPU. The newest entries are kept; what was overwritten is counted.
BUFFER_KB=\${BUFFER_KB:-}
DURATION=\${1:-0}

GROUP=faultlog
WORK=
T=
INSTANCE=
PROBES=
EVENTS=
OLD_CLOCK=
OLD_BUFFER=
OLD_ON=
STOP=0

say() { printf 'faultlog: %s\\n' "$*" >&2; }

# What was decided, and why, goes into about.txt of the recording. Each line begins with #, so that it is no log line.
note() { if [ -n "$WORK" ]; then printf '# %s\\n' "$*" >>"$WORK/notes"; fi; }

give_up() {
  say "$1"
  if [ $# -gt 1 ]; then say "$2"; fi
  exit 2
}

# Writes a setting of tracefs. The kernel refuses what it does not know; that is an answer, no error.
set_to() { { printf '%s\\n' "$2" >"$1"; } 2>/dev/null; }

# Puts everything back, whatever happened. Runs at every exit.
clean_up() {
  trap '' INT TERM HUP
  if [ -n "$T" ]; then
    set_to "$T/tracing_on" 0
    for event in $EVENTS; do set_to "$T/events/$event/enable" 0; done
    for event in $EVENTS; do
      if [ -e "$T/events/$event/filter" ]; then set_to "$T/events/$event/filter" 0; fi
    done
  fi
  for probe in $PROBES; do
    { printf '%s\\n' "-:$probe" >>"$TRACEFS/kprobe_events"; } 2>/dev/null || say "the probe $probe could not be removed"
  done
  if [ -n "$INSTANCE" ]; then
    rmdir "$INSTANCE" 2>/dev/null || say "$INSTANCE could not be removed"
  elif [ -n "$T" ]; then
    if [ -n "$OLD_CLOCK" ]; then set_to "$T/trace_clock" "$OLD_CLOCK"; fi
    if [ -n "$OLD_BUFFER" ]; then set_to "$T/buffer_size_kb" "$OLD_BUFFER"; fi
    if [ -n "$OLD_ON" ]; then set_to "$T/tracing_on" "$OLD_ON"; fi
  fi
  if [ -n "$WORK" ]; then rm -rf "$WORK"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

case $DURATION in
  '' | *[!0-9]*) give_up "'$DURATION' is no number of seconds" "Usage: sh SCRIPT [SECONDS]; without SECONDS until Ctrl-C." ;;
esac
if [ "$(id -u)" -ne 0 ]; then
  give_up 'only root may trace the kernel' 'Run it with sudo, or as root.'
fi
if [ -r "$SYS/kernel/security/lockdown" ] && grep -q -F '[confidentiality]' "$SYS/kernel/security/lockdown"; then
  give_up 'the kernel is locked down (confidentiality) and lets nobody trace it' \\
    'Start it with lockdown=integrity or none, or record with dmesg alone: dmesg | faultlog check -'
fi

# tracefs is mounted at /sys/kernel/tracing; kernels before 4.1 have it below debugfs only.
if [ -z "$TRACEFS" ]; then
  for place in /sys/kernel/tracing /sys/kernel/debug/tracing; do
    if [ -e "$place/trace" ]; then TRACEFS=$place && break; fi
  done
fi
if [ -z "$TRACEFS" ] && [ -d /sys/kernel/tracing ]; then
  say 'mounting tracefs at /sys/kernel/tracing (it stays mounted)'
  if mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null; then TRACEFS=/sys/kernel/tracing; fi
fi
if [ ! -e "$TRACEFS/trace" ]; then
  give_up "there is no tracefs\${TRACEFS:+ at $TRACEFS}" 'Is the kernel built with CONFIG_TRACING? Then: mount -t tracefs nodev /sys/kernel/tracing'
fi

# Here and not in /tmp: a trace can be larger than a file system in memory.
WORK=$(mktemp -d ./faultlog-recipe.XXXXXX) || give_up 'this folder cannot be written' 'Go to one that has room for the recording.'

# The version is a hint only: distributions carry patches of newer kernels back, so a number does not tell what a function
# looks like. What exists here decides; the number goes into the notes, for whoever reads the recording.
MACHINE=$(uname -m)
note "kernel $(uname -s) $(uname -r) $(uname -v) $MACHINE"
note "kernel command line: $(tr ' ' '\\n' 2>/dev/null </proc/cmdline | grep -E 'iommu|smmu|pasid|^pci=' | tr '\\n' ' ')"

# In which registers the first arguments of a function are.
case $MACHINE in
  x86_64) A1=%di A2=%si A3=%dx A4=%cx ;;
  aarch64) A1=%x0 A2=%x1 A3=%x2 A4=%x3 ;;
  riscv64) A1=%a0 A2=%a1 A3=%a2 A4=%a3 ;;
  *)
    A1='' A2='' A3='' A4=''
    # shellcheck disable=SC2016 # these are the kernel's own names
    if grep -q -F '$arg<N>' "$TRACEFS/README" 2>/dev/null; then A1='$arg1' A2='$arg2' A3='$arg3' A4='$arg4'; fi
    ;;
esac

# Kernels with BTF (since 6.6) know the names of arguments and fields, so no offset can be wrong.
NAMES=
if [ -e "$SYS/kernel/btf/vmlinux" ] && grep -q -F '<argname>[->field' "$TRACEFS/README" 2>/dev/null; then NAMES=yes; fi
if [ -n "$NAMES" ]; then
  note 'arguments by name (BTF)'
elif [ -n "$A1" ]; then
  note "arguments by register ($A1 $A2 $A3 $A4) and offset"
else
  note "no way to arguments is known for $MACHINE: functions and return values only"
fi

# Functions that exist. A static function that the compiler inlined is in neither list and cannot be probed.
{
  sed 's/[[:space:]].*//' "$TRACEFS/available_filter_functions" 2>/dev/null
  sed -n 's/^[0-9a-fA-F]* [tTwW] \\([^[:space:]]*\\).*/\\1/p' "$KALLSYMS" 2>/dev/null
} | grep -E 'iommu|iopf|smmu|vmaster|svm|prq|ppr|pasid' | sort -u >"$WORK/functions"
has() { grep -q -x -F "$1" "$WORK/functions"; }
if [ ! -s "$WORK/functions" ]; then
  say 'the kernel shows no functions of an IOMMU (no kallsyms?): no probes, events only'
  note 'no functions of an IOMMU in kallsyms'
fi
`;
