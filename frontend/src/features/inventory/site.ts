type Site = { street: string; postcode: string; town: string };

/** The address of a site contract in one line: `Musterstr. 1, 10115 Berlin` */
export function siteLine({ street, postcode, town }: Site): string {
  return [street, `${postcode} ${town}`.trim()].filter(Boolean).join(", ");
}
