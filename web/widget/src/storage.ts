/** What the browser remembers; a private window that forbids it gets memory instead. */

const memory = new Map<string, string>();

function read(store: () => Storage, key: string): string | null {
  try { return store().getItem(key); } catch { return memory.get(key) ?? null; }
}

function write(store: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) store().removeItem(key); else store().setItem(key, value);
  } catch {
    if (value === null) memory.delete(key); else memory.set(key, value);
  }
}

/** Remembers under a prefix: across tabs and visits, or (`tab`) in this tab alone. */
export class Memory {
  constructor(private readonly prefix: string) {}
  get(key: string): string | null { return read(() => localStorage, this.prefix + key); }
  set(key: string, value: string | null): void { write(() => localStorage, this.prefix + key, value); }
  getTab(key: string): string | null { return read(() => sessionStorage, this.prefix + key); }
  setTab(key: string, value: string | null): void { write(() => sessionStorage, this.prefix + key, value); }
}
