/**
 * All there is of a file system: texts by path, and the settings a kernel shows under /proc. Texts are UTF-8; who counts
 * bytes counts those.
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

  /** What appends to the emptied file; undefined when there can be no such file. */
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
