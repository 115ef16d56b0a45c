/** The WebGPU engine as one of several: whether it is installed, and which GPUs it finds. */
import { FerError } from '../../errors.js';
import type { EngineEntry, EngineProbe, EngineProblem, Finding } from '../engineProbe.js';
import { webgpuPackages } from '../install/installWebgpu.js';
import { adapterVariable, chooseAdapter, listAdapters, missingAdapter, type Adapter } from './adapters.js';
import { installedPackages, loadDawn } from './packages.js';
import { probeVulkan } from './vulkan.js';

/** Everything that a probe finds out. */
interface Discovery {
  readonly findings: readonly Finding[];
  readonly problems: readonly EngineProblem[];
  readonly adapter?: Adapter;
}

export const webgpuEntry: EngineEntry = {
  name: 'webgpu',
  async probe(): Promise<EngineProbe> {
    const { findings, problems, adapter } = await discover();
    return {
      engine: 'webgpu',
      available: adapter !== undefined,
      ...(adapter && { device: adapter.name }),
      hardwareGpu: adapter !== undefined && !adapter.software,
      findings,
      problems,
    };
  },
  async load() {
    const { adapter, problems } = await discover();
    if (!adapter) {
      const { problem, remedy } = problems[0]!;
      throw new FerError('ENGINE_UNAVAILABLE', `The engine webgpu cannot run here. ${problem} ${remedy}`);
    }
    const { webGpuEngine } = await import('./webgpu.js');
    return webGpuEngine(adapter);
  },
};

/** Looks in the order in which things are needed, and stops at what is missing. */
async function discover(): Promise<Discovery> {
  const packages = installedPackages();
  const problem = packageProblem(packages);
  const installed = packages.map(({ name, version, path }) => ({ name, value: version, path }));
  if (problem) return { findings: installed, problems: [problem] };
  const vulkan = probeVulkan();
  const findings = [...installed, ...vulkan.findings];
  if (vulkan.problems.length > 0) return { findings, problems: vulkan.problems };
  try {
    return await findAdapter(findings);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { findings, problems: [{ problem: `Dawn could not be started: ${detail}`, remedy: reinstall }] };
  }
}

const reinstall = 'Install it anew: `fer engine install webgpu --force`.';

function packageProblem(packages: readonly { name: string; version: string }[]): EngineProblem | undefined {
  const install = 'Install it: `fer engine install webgpu`.';
  if (packages.length === 0) return { problem: 'The engine webgpu is not installed.', remedy: install };
  for (const [name, wanted] of Object.entries(webgpuPackages)) {
    const found = packages.find((one) => one.name === name)?.version;
    if (found === wanted) continue;
    const problem = `The package ${name} ${wanted} was expected, found ${found ?? 'none'}.`;
    return { problem, remedy: reinstall };
  }
  return undefined;
}

async function findAdapter(findings: readonly Finding[]): Promise<Discovery> {
  const adapters = await listAdapters(await loadDawn());
  const wanted = process.env[adapterVariable] || undefined;
  const adapter = chooseAdapter(adapters, wanted);
  const all = [
    ...findings,
    ...adapters.map((one) => ({ name: 'adapter', value: describe(one) })),
    ...(wanted === undefined ? [] : [{ name: adapterVariable, value: wanted }]),
  ];
  if (adapter) return { findings: all, problems: [], adapter };
  const [problem, remedy] = missingAdapter(adapters, wanted);
  return { findings: all, problems: [{ problem, remedy }] };
}

/** `NVIDIA H200 (vulkan, hardware, nvidia hopper, 570.86.15)` */
function describe({ name, backend, vendor, architecture, description, software }: Adapter): string {
  const maker = `${vendor} ${architecture}`.trim();
  const facts = [backend, software ? 'software' : 'hardware', maker, description].filter((fact) => fact !== '');
  return `${name} (${facts.join(', ')})`;
}
