type Guard = (event: PopStateEvent) => void;

let guard: Guard | null = null;

// Loaded by main.tsx before the router: listeners of the window are called in the order in which
// they came, and only the first can keep a step back from the others.
addEventListener("popstate", (event) => guard?.(event));

/** Sees every step back or forward first, until it is taken away with null. */
export function guardHistory(next: Guard | null): void {
  guard = next;
}
