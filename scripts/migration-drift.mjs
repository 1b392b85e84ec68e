// Checks that the migrations match the schema files: generating migrations again must report no changes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { migrations, root } from './build-if-needed.mjs';

/** Works on a copy, so that the check never writes a migration that nobody has read. */
export function migrationsMatchSchema() {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    const committed = join(root, migrations);
    if (existsSync(committed)) cpSync(committed, join(folder, 'migrations'), { recursive: true });
    const config = join(folder, 'drizzle.config.ts');
    // drizzle-kit does not accept an absolute path here.
    const out = relative(root, join(folder, 'migrations'));
    writeFileSync(
      config,
      `import config from '${root}/drizzle.config';\nexport default { ...config, out: '${out}' };\n`,
    );
    const generator = join(root, 'node_modules/drizzle-kit/bin.cjs');
    const { stdout, stderr } = spawnSync(process.execPath, [generator, 'generate', '--config', config], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // drizzle-kit exits with 0 even if it fails.
    if (stdout.includes('No schema changes')) return true;
    console.log(
      `${stdout}${stderr}\nThe migrations may not match the schema: run npm run migrations:generate, and review the result.`,
    );
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
