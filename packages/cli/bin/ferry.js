#!/usr/bin/env node
// JavaScript, so that Node starts without its TypeScript loader: what was compiled once comes from the cache.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('../src/main.ts');
