import type { Clockwork } from '../clockwork.ts';
import type { Attachment, Core, LabGroup } from './core.ts';
import type { LabTrace, Task } from './trace.ts';

/** iommufd's fault queue: user space reads groups, gets a cookie for each, and answers by cookie. Cookies are reused at once. */
export class FaultQueue {
  readonly #task: Task;
  readonly #core: Core;
  readonly #clock: Clockwork;
  readonly #trace: LabTrace;
  readonly #attachments: Attachment[] = [];
  readonly #byCookie = new Map<number, LabGroup>();

  constructor(task: Task, core: Core, clock: Clockwork, trace: LabTrace) {
    this.#task = task;
    this.#core = core;
    this.#clock = clock;
    this.#trace = trace;
  }

  serve(attachment: Attachment): void {
    this.#attachments.push(attachment);
  }

  /** Gives the cookies of what was read, oldest first. */
  read(then: (cookies: readonly number[]) => void): void {
    this.#core.inTask(this.#task, () => {
      const read = new Set(this.#byCookie.values());
      const fresh = this.#attachments.flatMap((each) => each.held).filter((group) => !read.has(group));
      const cookies = fresh.map((group) => {
        let cookie = 1;
        while (this.#byCookie.has(cookie)) cookie += 1;
        this.#byCookie.set(cookie, group);
        return cookie;
      });
      const records = fresh.reduce((sum, group) => sum + group.requests.length, 0);
      const text = `(ksys_read+0x6c/0xe0 <- iommufd_fault_fops_read) ret=${40 * records}`;
      this.#trace.probe(this.#task, this.#clock.now, 'iommufd_fault_read', text);
      this.#clock.after(2, () => then(cookies));
      return 4;
    });
  }

  write(cookie: number, code: number): void {
    this.#core.inTask(this.#task, () => {
      const group = code > 1 ? undefined : this.#byCookie.get(cookie);
      let took = 6;
      if (group !== undefined) {
        this.#byCookie.delete(cookie);
        const held = group.attachment?.held ?? [];
        held.splice(held.indexOf(group), 1);
        took += this.#core.submitNow(this.#task, group, code);
      }
      const value = group === undefined ? -22 : 8;
      const text = `(vfs_write+0xb3/0x440 <- iommufd_fault_fops_write) ret=${value}`;
      this.#trace.probe(this.#task, this.#clock.now + took + 8, 'iommufd_fault_write', text);
      return took + 10;
    });
  }

  /** The PASID is detached: what was not read comes first, newest first, then what was. */
  takeOf(attachment: Attachment): readonly LabGroup[] {
    const read = [...this.#byCookie].filter(([, group]) => group.attachment === attachment);
    for (const [cookie] of read) this.#byCookie.delete(cookie);
    const known = new Set(read.map(([, group]) => group));
    const unread = attachment.held.filter((group) => !known.has(group)).reverse();
    attachment.held.length = 0;
    const at = this.#attachments.indexOf(attachment);
    if (at >= 0) this.#attachments.splice(at, 1);
    return [...unread, ...known];
  }
}
