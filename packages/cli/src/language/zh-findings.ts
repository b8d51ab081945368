/** Every finding of the engine's catalogue in Simplified Chinese, by its id. */
export const findings: Readonly<Record<string, { readonly message: string; readonly remedy?: string }>> = {
  '*.failed': { message: '未能完成检查：{title}' },
};
