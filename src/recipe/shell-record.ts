/** Last part: records, and packs what was recorded into one archive that `faultlog check` reads. */
export const SHELL_RECORD = `
if [ -z "$EVENTS" ]; then
  give_up "nothing to record: the kernel has none of the events and functions of $RECIPE" \\
    'Is it the right recipe? faultlog recipe lists them. dmesg | faultlog check - reads what the kernel log has.'
fi

# Ctrl-C, the end of the time, or a signal end the recording; what was recorded is kept in all cases.
trap 'STOP=1' INT TERM HUP
if [ -z "$INSTANCE" ]; then set_to "$T/trace" ''; fi
STARTED=$(date -u +%Y%m%dT%H%M%SZ)
note "started $STARTED"
set_to "$T/tracing_on" 1 || give_up "$T/tracing_on cannot be written" 'See the kernel log for the reason.'
if [ "$DURATION" -gt 0 ]; then
  say "recording for $DURATION s; Ctrl-C stops earlier"
else
  say 'recording; provoke the problem, then press Ctrl-C'
fi
left=$DURATION
while [ "$STOP" = 0 ]; do
  sleep 1
  left=$((left - 1))
  if [ "$left" -eq 0 ]; then STOP=1; fi
done
set_to "$T/tracing_on" 0
# A second Ctrl-C would lose what was recorded.
trap '' INT TERM HUP
say 'saving'
note "stopped $(date -u +%Y%m%dT%H%M%SZ)"

BASE=faultlog-$RECIPE-$STARTED
OUT=$WORK/$BASE
mkdir "$OUT" || give_up "no room for the recording in $WORK"

# The text, not a binary recording: only the kernel itself can print some events in full (prq_report).
{
  printf '# faultlog recipe %s\\n# clock: %s\\n' "$RECIPE" "$CLOCK"
  cat "$T/trace"
} >"$OUT/trace.txt" || give_up "no room for the recording in $WORK"
dmesg >"$OUT/dmesg.txt" 2>/dev/null || note 'dmesg failed'

# What is about the recording says that it is no log.
commented() { sed 's/^/# /'; }
{
  printf '# faultlog: no log\\n'
  cat "$WORK/notes"
  printf '#\\n# kprobe_events\\n'
  commented <"$TRACEFS/kprobe_events"
  printf '#\\n# IOMMUs and their devices\\n'
  for unit in "$SYS"/class/iommu/*; do
    if [ ! -e "$unit" ]; then continue; fi
    printf '# %s:' "\${unit##*/}"
    for device in "$unit"/devices/*; do printf ' %s' "\${device##*/}"; done
    printf '\\n'
  done
  printf '#\\n# buffers\\n'
  for stats in "$T"/per_cpu/cpu*/stats; do
    if [ -e "$stats" ]; then printf '# %s\\n' "\${stats#"$T/per_cpu/"}" && commented <"$stats"; fi
  done
} >"$OUT/about.txt" 2>/dev/null
{
  printf '# faultlog: no log\\n'
  for event in $EVENTS; do
    if [ -e "$T/events/$event/format" ]; then commented <"$T/events/$event/format"; fi
  done
} >"$OUT/formats.txt"

ENTRIES=$(grep -c -v '^#' "$OUT/trace.txt")
LOST=$(sed -n 's/^overrun: *//p; s/^dropped events: *//p' "$T"/per_cpu/cpu*/stats 2>/dev/null | grep -c -v -x 0)
say "$ENTRIES lines of trace"
if [ "$ENTRIES" -eq 0 ]; then say 'nothing happened while it recorded: was it the right machine, and was the problem provoked?'; fi
if [ "$LOST" -gt 0 ]; then say "the buffers of some CPUs were too small; next time: BUFFER_KB=$((BUFFER_KB * 4)) sh SCRIPT"; fi

if command -v gzip >/dev/null 2>&1; then
  PACKED=$BASE.tar.gz
  (cd "$WORK" && tar -cf - "$BASE") | gzip >"$PACKED" || give_up "$PACKED cannot be written here"
else
  PACKED=$BASE.tar
  (cd "$WORK" && tar -cf - "$BASE") >"$PACKED" || give_up "$PACKED cannot be written here"
fi
say "$PACKED is ready; dmesg.txt in it is the whole kernel log: look at it before you pass it on"
say "faultlog check $CHECK$PACKED"
`;
