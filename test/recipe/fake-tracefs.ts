import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A kernel as a recipe sees it. */
export interface FakeKernel {
  readonly machine?: string;
  readonly functions: readonly string[];
  /** SYSTEM/NAME. Events of the recipes' own probes are there as well. */
  readonly events?: readonly string[];
  readonly hasArgumentNames?: boolean;
  readonly hasInstances?: boolean;
  readonly clocks?: string;
  readonly isRoot?: boolean;
  readonly lockdown?: string;
  readonly dmesg?: string;
  /** Definitions of kprobes are refused, as by a kernel without CONFIG_KPROBE_EVENTS. */
  readonly refusesProbes?: boolean;
  readonly hasTracefs?: boolean;
  readonly hasSmmuV2?: boolean;
  /** Lines of kprobe_events before the recipe runs. */
  readonly leftovers?: string;
}

export interface Recorded {
  readonly code: number | null;
  readonly complaints: string;
  /** What kprobe_events was told, line by line. */
  readonly definitions: readonly string[];
  /** Settings of the buffer when the recipe had ended. */
  setting(name: string): string;
  /** The archive that was written, if any. */
  readonly archive: string | undefined;
}

const PROBES = [
  'report_fault,report_fault_ret,group_response,respond,respond_ret,register_device_fault_handler',
  'unregister_device_fault_handler,unregister_device_fault_handler_ret,queue_add_device,queue_remove_device,queue_flush_dev',
  'queue_flush_dev_ret,queue_discard_partial,attach_pasid,attach_pasid_ret,replace_pasid,detach_pasid,iommufd_fault_read',
  'iommufd_fault_write,iommufd_auto_response,page_response,drain_prq,drain_prq_ret,complete_ppr,iopf_notifier,ppr_entry',
  'issue_cmd,handle_evt,handle_event,handle_ppr',
].flatMap((line) => line.split(',').map((name) => `faultlog/${name}`));

const ARGUMENT_NAMES = '\t           <argname>[->field[->field|.field...]],\n';

/** Files in the places of tracefs, sysfs and kallsyms, and commands that answer as the kernel's would. */
export class FakeTracefs {
  readonly root = mkdtempSync(join(tmpdir(), 'faultlog-recipe-'));
  readonly #tracing = join(this.root, 'tracing');

  constructor(kernel: FakeKernel) {
    const { machine = 'x86_64', functions, isRoot = true } = kernel;
    this.#write('kallsyms', functions.map((name) => `ffffffff8a8374b4 t ${name}\n`).join(''));
    this.#write('work/.keep', '');
    this.#write('sys/class/iommu/dmar0/devices/0000:01:00.0/.keep', '');
    if (kernel.hasArgumentNames === true) this.#write('sys/kernel/btf/vmlinux', '');
    if (kernel.lockdown !== undefined) this.#write('sys/kernel/security/lockdown', kernel.lockdown);
    if (kernel.hasSmmuV2 === true) {
      mkdirSync(join(this.root, 'sys/bus/platform/drivers/arm-smmu'), { recursive: true });
      symlinkSync('/', join(this.root, 'sys/bus/platform/drivers/arm-smmu/5000000.iommu'));
    }
    this.#command('id', `echo ${isRoot ? 0 : 1000}`);
    this.#command('uname', `case $1 in -m) echo ${machine} ;; *) echo 'Linux' ;; esac`);
    this.#command('dmesg', `cat <<'END'\n${kernel.dmesg ?? '[    0.1] Linux version 7.2.13\n'}END`);
    if (kernel.hasTracefs === false) return;
    this.#buffer('', kernel);
    this.#write('tracing/README', kernel.hasArgumentNames === true ? ARGUMENT_NAMES : '');
    this.#write('tracing/available_filter_functions', '');
    if (kernel.refusesProbes === true) mkdirSync(join(this.#tracing, 'kprobe_events'));
    else this.#write('tracing/kprobe_events', kernel.leftovers ?? '');
    if (kernel.hasInstances === false) return;
    // The kernel fills a new instance; a folder stays empty.
    this.#buffer('template', kernel);
    mkdirSync(join(this.#tracing, 'instances'));
    this.#command('mkdir', 'case $1 in */instances/*) cp -r "$TRACEFS/template" "$1" ;; *) /bin/mkdir "$@" ;; esac');
    this.#command('rmdir', 'case $1 in */instances/*) /bin/mv "$1" "$TRACEFS/removed" ;; *) /bin/rmdir "$@" ;; esac');
  }

  /** Runs the script until it records, fills the trace, and interrupts it. The shell may be an applet: `busybox ash`. */
  async record(script: string, trace: string, shell = 'sh', args: readonly string[] = []): Promise<Recorded> {
    this.#write('record.sh', script);
    const [command = shell, ...applet] = shell.split(' ');
    const child = spawn(command, [...applet, join(this.root, 'record.sh'), ...args], {
      cwd: join(this.root, 'work'),
      env: {
        PATH: `${join(this.root, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
        TRACEFS: this.#tracing,
        SYS: join(this.root, 'sys'),
        KALLSYMS: join(this.root, 'kallsyms'),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own, as a terminal makes one: Ctrl-C goes to all of it.
      detached: true,
    });
    const complaints = await this.#attend(child, trace, args.length === 0);
    const name = readdirSync(join(this.root, 'work')).find((each) => each.startsWith('faultlog-'));
    return {
      code: child.exitCode,
      complaints,
      definitions: this.#definitions(),
      setting: (setting) => readFileSync(join(this.#place(), setting), 'utf8').trim(),
      archive: name === undefined ? undefined : join(this.root, 'work', name),
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #attend(child: ChildProcess, trace: string, isInterrupted: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      let isRecording = false;
      child.on('error', reject);
      child.on('close', () => resolve(text));
      child.stderr?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (isRecording || !text.includes('recording')) return;
        isRecording = true;
        writeFileSync(join(this.#place(), 'trace'), trace);
        if (isInterrupted && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      });
    });
  }

  /** The buffer that is, or was, recorded into. */
  #place(): string {
    const instances = join(this.#tracing, 'instances');
    const [running] = existsSync(instances) ? readdirSync(instances) : [];
    if (running !== undefined) return join(instances, running);
    const removed = join(this.#tracing, 'removed');
    return existsSync(removed) ? removed : this.#tracing;
  }

  #definitions(): readonly string[] {
    const file = join(this.#tracing, 'kprobe_events');
    if (!existsSync(file) || lstatSync(file).isDirectory()) return [];
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  }

  #buffer(folder: string, { events = [], clocks = '[local] global counter perf mono' }: FakeKernel): void {
    const place = join('tracing', folder);
    this.#write(join(place, 'trace'), '# tracer: nop\n');
    this.#write(join(place, 'trace_clock'), `${clocks}\n`);
    this.#write(join(place, 'buffer_size_kb'), '7 (expanded: 1408)\n');
    this.#write(join(place, 'tracing_on'), '1\n');
    this.#write(join(place, 'per_cpu/cpu0/stats'), 'entries: 2\noverrun: 0\ndropped events: 0\n');
    for (const event of [...PROBES, 'faultlog_pri/issue_cmd', ...events]) {
      this.#write(join(place, 'events', event, 'enable'), '0\n');
      this.#write(join(place, 'events', event, 'filter'), 'none\n');
      this.#write(join(place, 'events', event, 'format'), `name: ${event}\n`);
    }
  }

  #command(name: string, body: string): void {
    this.#write(join('bin', name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(this.root, 'bin', name), 0o755);
  }

  #write(name: string, text: string): void {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
