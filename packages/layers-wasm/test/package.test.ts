/** What is installed with the package, and that its documents name all there is. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

// Compiled tests run from dist/test; the package lies two folders up.
const folder = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const types = read('src/types.ts');

/** The names of an interface's fields and methods. */
function membersOf(name: string): string[] {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\n([^]*?)^\\}`, 'm').exec(types)?.[1] ?? '';
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map((match) => match[1]!);
}

describe('the documents', () => {
  const api = read('docs/api.md');

  test.each([
    'CompileOptions',
    'Batch',
    'StepResult',
    'OptimizerState',
    'Network',
    'NetworkBuild',
    'ProfileEntry',
    'HostFeatures',
  ])('api.md names every member of %s', (name) => {
    const members = membersOf(name);
    expect(members.length).toBeGreaterThan(1);
    const named = [...api.matchAll(/`[^`\n]+`|^### .*$/gm)].join(' ');
    for (const member of members) expect(named).toMatch(new RegExp(`\\b${member}\\b`));
  });

  test('api.md has a row for every error code, and for no other', () => {
    const codes = [...read('src/errors.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map((match) => match[1]!);
    const rows = [...api.matchAll(/^\| `([A-Z_]+)` /gm)].map((match) => match[1]!);
    expect(codes).toHaveLength(9);
    expect(rows.toSorted()).toEqual(codes.toSorted());
  });

  test('memory.md has a row for every part', () => {
    const memory = read('docs/memory.md');
    const parts = membersOf('NetworkMemory').filter((part) => part !== 'total');
    expect(parts).toHaveLength(6);
    for (const part of parts) expect(memory).toMatch(new RegExp(`^\\| \`${part}\` `, 'm'));
  });

  test('links lead to files', () => {
    const documents = ['README.md', ...readdirSync(join(folder, 'docs')).map((file) => `docs/${file}`)];
    const links = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\(([^)#:]+)\)/g)].map((match) => join(folder, document, '..', match[1]!)),
    );
    expect(links.length).toBeGreaterThan(4);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });
});

describe('the package', () => {
  test('holds the compiled sources with their types and the documents, and nothing that only its development needs', () => {
    const isWindows = process.platform === 'win32';
    const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const output = execFileSync('npm', words, {
      cwd: folder,
      encoding: 'utf8',
      shell: isWindows,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    const needed = ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/api.md', 'dist/src/index.js', 'dist/src/index.d.ts'];
    expect(paths).toEqual(
      expect.arrayContaining([...needed, 'dist/src/runtime/worker.js', 'dist/src/runtime/browserWorker.js']),
    );
    expect(paths.filter((path) => /\.map$|(^|\/)(test|bench)\//.test(path))).toEqual([]);
    const mapped = paths.filter((path) => path.endsWith('.js') && /^\/\/# sourceMappingURL=/m.test(read(path)));
    expect(mapped).toEqual([]); // maps are not in the package
    const modules = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(paths.filter((path) => path.endsWith('.d.ts'))).toHaveLength(modules.length);
  });

  test('needs nothing of Node behind the file that its browser field leaves out, but for the script of a Node thread', () => {
    const { browser } = JSON.parse(read('package.json')) as { browser: Record<string, false> };
    expect(Object.keys(browser).map((path) => existsSync(join(folder, path)))).toEqual([true]);
    const importers = (pattern: RegExp): string[] =>
      readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && pattern.test(read(join('src', name))))
        .map((name) => name.replaceAll('\\', '/'))
        .toSorted();
    expect(importers(/from 'node:/)).toEqual(['runtime/nodeHost.ts', 'runtime/v8.ts', 'runtime/worker.ts']);
    expect(importers(/'\.\/v8\.js'/)).toEqual(['runtime/nodeHost.ts']);
    expect(importers(/'\.\/nodeHost\.js'/)).toEqual(['runtime/host.ts']);
    expect(importers(/'\.\/worker\.js'/)).toEqual(['runtime/nodeHost.ts']); // the URL of a thread's script
  });
});
