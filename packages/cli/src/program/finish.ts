/** How a command reports its exit code. */
export type Finish = (code: number) => void;
