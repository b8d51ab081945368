/** A finding in Simplified Chinese; what stands in braces is filled in, as in the English text of the same id. */
export interface Text {
  readonly message: string;
  readonly remedy?: string;
}
