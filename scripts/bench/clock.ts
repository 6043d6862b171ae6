/** Milliseconds on one clock for all threads, steady as long as nobody sets the machine's. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
