#!/usr/bin/env bash
# A Slurm of one controller and two nodes on this machine, without munge and systemd:
#
#     slurm.sh start FOLDER PORT    writes FOLDER/slurm.conf, starts the daemons, waits until both nodes are idle
#     slurm.sh kill FOLDER NODE     kills a node's daemon and all that it runs, as a machine that loses its power
#     slurm.sh stop FOLDER
#
# Needs root and Debian's slurmctld and slurmd.
set -u
folder=$2
export SLURM_CONF=$folder/slurm.conf

configure() {
  local host port=$1
  host=$(hostname -s)
  mkdir -p "$folder"/{state,spool-n1,spool-n2}
  cat >"$SLURM_CONF" <<EOF
ClusterName=faultlog
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
AuthType=auth/none
CredType=cred/none
SlurmUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
JobRequeue=1
SlurmdTimeout=10
KillWait=1
MaxArraySize=21
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
EOF
}

start() {
  configure "$1"
  slurmctld -D >"$folder/slurmctld.out" 2>&1 &
  for node in n1 n2; do slurmd -D -N "$node" >"$folder/$node.out" 2>&1 & done
  for _ in $(seq 100); do
    if [ "$(sinfo --noheader --Node --format=%T 2>/dev/null | grep -c idle)" = 2 ]; then exit 0; fi
    sleep 0.2
  done
  cat "$folder"/*.out "$folder"/*.log >&2
  exit 1
}

# Without the blanks that ps pads short numbers with, and does not read itself.
parent_of() {
  ps -o ppid= -p "$1" | tr -d ' '
}

# Process numbers of the batch scripts that run on a node.
scripts_on() {
  local environments environment pid
  mapfile -t environments < <(grep -slzx "SLURMD_NODENAME=$1" /proc/[0-9]*/environ)
  for environment in "${environments[@]}"; do
    grep -qszx "SLURM_CONF=$SLURM_CONF" "$environment" || continue
    pid=${environment#/proc/}
    pid=${pid%/environ}
    case $(ps -o args= -p "$(parent_of "$pid")") in slurmstepd:*) echo "$pid" ;; esac
  done
}

# Waits until the node runs something, if it is told how often to look, and stops all of it at once: nobody must be left who
# could tell the controller how the steps ended.
kill_node() {
  local daemon scripts steps script tries=$2
  daemon=$(cat "$folder/slurmd-$1.pid")
  while :; do
    scripts=$(scripts_on "$1")
    steps=$(for script in $scripts; do parent_of "$script"; done)
    # shellcheck disable=SC2086
    kill -STOP $steps $scripts "$daemon" 2>/dev/null
    # A script that ended meanwhile has been told of.
    for script in $scripts; do kill -0 "$script" 2>/dev/null && break 2; done
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || break
    # shellcheck disable=SC2086
    kill -CONT $steps "$daemon" 2>/dev/null
    sleep 0.05
  done
  # shellcheck disable=SC2086
  kill -KILL "$daemon" $steps 2>/dev/null
  for script in $scripts; do kill_tree "$script"; done
}

kill_tree() {
  local child
  for child in $(pgrep -P "$1" || true); do kill_tree "$child"; done
  kill -KILL "$1" 2>/dev/null || true
}

stop() {
  local node
  for node in n1 n2; do kill_node "$node" 1 2>/dev/null; done
  kill_tree "$(cat "$folder/slurmctld.pid")"
}

case $1 in
  start) start "$3" ;;
  kill) kill_node "$3" 200 ;;
  stop) stop ;;
  *) exit 2 ;;
esac
