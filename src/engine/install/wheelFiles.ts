/** Which members of a wheel an engine needs: the shared libraries and the licences, none of the Python. */
import { wheelLibraries } from '../tensorflow/libraryNames.js';

const licence = /^[^/]+\.dist-info\/(?:licenses\/.+|METADATA|LICEN[CS]E[^/]*|NOTICE[^/]*)$/i;

/** Of TensorFlow: two libraries. Its GPU wheel has CUDA kernels in the same two. */
const tensorflowFiles: ReadonlySet<string> = new Set([
  ...Object.values(wheelLibraries).map((name) => `tensorflow/${name}`),
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/LICENSE',
]);

/** Whether TensorFlow's wheel member `name` is needed. */
export function isTensorflowFile(name: string): boolean {
  return tensorflowFiles.has(name) || licence.test(name);
}

/** Libraries, `ptxas` (compiles a kernel for a GPU newer than the wheel) and the device library that it links. */
const nvidiaPatterns = [
  /^nvidia\/\w+\/lib\/.+\.so(?:\.\d+)*$/,
  /^nvidia\/cuda_nvcc\/bin\/\w+$/,
  /^nvidia\/cuda_nvcc\/nvvm\/libdevice\/.+\.bc$/,
  licence,
];

/** Whether the member `name` of one of NVIDIA's wheels is needed when a model trains: no headers, no static libraries. */
export function isNvidiaFile(name: string): boolean {
  return nvidiaPatterns.some((pattern) => pattern.test(name));
}
