// For tests of this client and of what is built on it.
export { procedures } from '../protocol/procedures/index.ts';
