/** A name within a sentence of either direction: it keeps its own, and turns nothing around it (Unicode TR9, FSI and PDI). */
export const apart = (text: string | number): string => `\u2068${text}\u2069`
