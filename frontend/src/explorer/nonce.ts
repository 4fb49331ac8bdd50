// The explorer's Content-Security-Policy admits only style elements that carry its nonce, and the
// editor, which makes its own, knows of none.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

const createElement = document.createElement;
document.createElement = function (this: Document, ...given: Parameters<typeof createElement>) {
  const element = createElement.apply(this, given);
  if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
} as typeof createElement;
