/** What scripted guests do wrong. */
export interface GuestQuirks {
  /** Kernel messages print in the middle of the first few login prompts. */
  tornPrompt?: boolean;
  /** The column at which the shell wraps what it echoes, until `stty cols` says another. */
  wrapAt?: number;
  /** Nobody gets in. */
  loginIncorrect?: boolean;
  /** What they call themselves, whatever cloud-init says. */
  hostname?: string;
  /** So many bytes of kernel messages come over the console after the first login. */
  floodBytes?: number;
  /** This is printed, once, after the first login. */
  printed?: string;
  /** A ping prints nothing and never ends. */
  hangingPing?: boolean;
  /** The clock of a guest is set forward by so many milliseconds before the third reply to each ping. */
  clockSetMs?: number;
  /** Each answer to a ping comes twice. */
  repliesTwice?: boolean;
  /** No NIC has a carrier: its cable is not plugged in. */
  noCarrier?: boolean;
}
