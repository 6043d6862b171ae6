// SPDX-License-Identifier: Apache-2.0
/**
 * The file system of a scripted guest: texts by path, and kernel settings under /proc. Bytes are counted in UTF-8.
 */
export class Files {
  readonly #texts = new Map<string, string>();
  readonly #settings: ReadonlyMap<string, KernelSetting>;

  constructor(settings: ReadonlyMap<string, KernelSetting> = new Map()) {
    this.#settings = settings;
  }

  has(path: string): boolean {
    return this.#texts.has(path) || this.#settings.has(path);
  }

  read(path: string): string | undefined {
    const setting = this.#settings.get(path);
    return setting ? `${setting.get()}\n` : this.#texts.get(path);
  }

  /** Empties the file and returns a function that appends to it; undefined if the file cannot exist. */
  open(path: string): ((text: string) => void) | undefined {
    if (path === '/dev/null') return () => undefined;
    const setting = this.#settings.get(path);
    if (setting) {
      return (text) => {
        const value = Number.parseInt(text, 10);
        if (!Number.isNaN(value)) setting.set(value);
      };
    }
    if (path.startsWith('/proc/')) return undefined;
    this.#texts.set(path, '');
    return (text) => {
      this.#texts.set(path, (this.#texts.get(path) ?? '') + text);
    };
  }

  remove(path: string): void {
    this.#texts.delete(path);
  }
}

/** A number under /proc/sys. */
export interface KernelSetting {
  get: () => number;
  set: (value: number) => void;
}
