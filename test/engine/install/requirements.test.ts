/** What an extra requires, read from metadata as TensorFlow's wheels have it. */
import { describe, expect, test } from '@jest/globals';
import { extraRequirements } from '../../../src/engine/install/requirements.js';

const linux = { platform: 'linux', arch: 'x64' } as const;

// Lines of tensorflow 2.21.0, and of older ones.
const metadata = `Metadata-Version: 2.4
Name: tensorflow
Version: 2.21.0
Requires-Python: >=3.10
Requires-Dist: absl-py>=1.0.0
Requires-Dist: gast!=0.5.0,!=0.5.1,!=0.5.2,>=0.2.1
Requires-Dist: packaging
Provides-Extra: and-cuda
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3.0.75; extra == "and-cuda"
Provides-Extra: gcs-filesystem
Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; (sys_platform != "win32" and python_version < "3.13") and extra == "gcs-filesystem"

Requires-Dist: of-the-description; extra == "and-cuda"
`;

describe('extraRequirements', () => {
  test('gives the packages of the extra alone, as pip takes them', () => {
    expect(extraRequirements(metadata, 'and-cuda', linux)).toEqual([
      { name: 'nvidia-cublas-cu12', specifier: 'nvidia-cublas-cu12<13.0,>=12.5.3.2' },
      { name: 'nvidia-cudnn-cu12', specifier: 'nvidia-cudnn-cu12<10.0,>=9.3.0.75' },
    ]);
    expect(extraRequirements(metadata, 'gcs-filesystem', linux).map(({ name }) => name)).toEqual([
      'tensorflow-io-gcs-filesystem',
    ]);
    expect(extraRequirements(metadata, 'none', linux)).toEqual([]);
  });

  test("reads older tools' parentheses and single quotes, and line ends of Windows", () => {
    const older = "Name: tensorflow\r\nRequires-Dist: nvidia-nccl-cu12 (==2.19.3) ; extra == 'and-cuda'\r\n";
    expect(extraRequirements(older, 'and-cuda', linux)).toEqual([
      { name: 'nvidia-nccl-cu12', specifier: 'nvidia-nccl-cu12==2.19.3' },
    ]);
  });

  test.each([
    ['sys_platform == "linux"', true],
    ['sys_platform == "darwin"', false],
    ['platform_system != "Windows"', true],
    ['platform_machine == "aarch64"', false],
    ['python_version < "3.5"', true], // not about the platform: counts as true
  ])('a marker %s of a package for Linux on x86-64', (clause, holds) => {
    const line = `Requires-Dist: part>=1; extra == "and-cuda" and ${clause}`;
    expect(extraRequirements(line, 'and-cuda', linux)).toHaveLength(holds ? 1 : 0);
  });
});
