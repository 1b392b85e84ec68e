/** Where drizzle-kit finds the tables, and where it writes the migrations that lead to them. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './apps/server/src/**/*.schema.ts',
  out: './apps/server/migrations',
});
