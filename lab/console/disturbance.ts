/** What goes wrong on serial consoles, whatever the guest behind them. Times are in milliseconds. */
export interface ConsoleDisturbance {
  /** The connection ends, without a close frame, that long after each attach. */
  dropEveryMs?: number;
  /** Every frame from the guest has one byte. */
  oneByteFrames?: boolean;
  /** For that long from now nothing from a guest reaches anybody; what it prints meanwhile is lost. May be Infinity. */
  silentMs?: number;
  /** Another client takes the line, once per VMI: when, counted from the first attach, for how long, and what it types. */
  takeOver?: { afterMs: number; forMs: number; typing?: string };
}
