/** Passes batches from one task to another, one at a time: the giver waits until its batch is taken. */
export class Handover<T> {
  #given = Promise.withResolvers<readonly T[]>();
  #taken = Promise.withResolvers<void>();

  /** Resolves when the batch is taken, rejects if the taker has left. */
  give(items: readonly T[]): Promise<void> {
    this.#given.resolve(items);
    return this.#taken.promise;
  }

  async take(): Promise<readonly T[]> {
    const items = await this.#given.promise;
    const taken = this.#taken;
    this.#given = Promise.withResolvers();
    this.#taken = Promise.withResolvers();
    taken.resolve();
    return items;
  }

  /** The taker wants no more. */
  leave(): void {
    this.#taken.promise.catch(() => undefined);
    this.#taken.reject(new Error('nobody takes the batch'));
  }
}
