/** The functions of TensorFlow's C API that the engine calls (tensorflow/c/c_api.h, tf_tensor.h, tf_status.h). */
import type { KoffiFunc, LibraryHandle } from 'koffi';

/** An address in the library's memory; 0n where there is nothing. */
export type Address = bigint;

/** Memory of ours that a function reads or writes: null = none. */
export type Memory = NodeJS.TypedArray | null;

/** Arguments of `TF_SessionRun`, in its order. */
export type RunArguments = [
  session: Address,
  options: null,
  inputs: Memory,
  inputValues: Memory,
  inputCount: number,
  outputs: Memory,
  outputValues: Memory,
  outputCount: number,
  targets: Memory,
  targetCount: number,
  metadata: null,
  status: Address,
];

/** By name without `TF_`. */
export type TensorflowFunctions = ReturnType<typeof declareFunctions>;

/** Binds the functions; throws where the library lacks one. */
export function declareFunctions(library: LibraryHandle) {
  const bind = <F extends (...values: never[]) => unknown>(prototype: string): KoffiFunc<F> =>
    library.func(prototype) as unknown as KoffiFunc<F>;
  return {
    version: bind<() => string>('const char *TF_Version()'),

    newStatus: bind<() => Address>('void *TF_NewStatus()'),
    deleteStatus: bind<(status: Address) => void>('void TF_DeleteStatus(void *)'),
    getCode: bind<(status: Address) => number>('int TF_GetCode(void *)'),
    message: bind<(status: Address) => string>('const char *TF_Message(void *)'),

    allocateTensor: bind<(type: number, sizes: BigInt64Array, axes: number, bytes: number) => Address>(
      'void *TF_AllocateTensor(int, const void *, int, size_t)',
    ),
    deleteTensor: bind<(tensor: Address) => void>('void TF_DeleteTensor(void *)'),
    tensorData: bind<(tensor: Address) => Address>('void *TF_TensorData(void *)'),
    tensorByteSize: bind<(tensor: Address) => number>('size_t TF_TensorByteSize(void *)'),

    newGraph: bind<() => Address>('void *TF_NewGraph()'),
    deleteGraph: bind<(graph: Address) => void>('void TF_DeleteGraph(void *)'),
    newImportOptions: bind<() => Address>('void *TF_NewImportGraphDefOptions()'),
    deleteImportOptions: bind<(options: Address) => void>('void TF_DeleteImportGraphDefOptions(void *)'),
    newBuffer: bind<(bytes: Uint8Array, size: number) => Address>('void *TF_NewBufferFromString(const void *, size_t)'),
    deleteBuffer: bind<(buffer: Address) => void>('void TF_DeleteBuffer(void *)'),
    importGraph: bind<(graph: Address, definition: Address, options: Address, status: Address) => void>(
      'void TF_GraphImportGraphDef(void *, void *, void *, void *)',
    ),
    operationByName: bind<(graph: Address, name: string) => Address>(
      'void *TF_GraphOperationByName(void *, const char *)',
    ),

    newSessionOptions: bind<() => Address>('void *TF_NewSessionOptions()'),
    deleteSessionOptions: bind<(options: Address) => void>('void TF_DeleteSessionOptions(void *)'),
    setConfig: bind<(options: Address, config: Uint8Array, size: number, status: Address) => void>(
      'void TF_SetConfig(void *, const void *, size_t, void *)',
    ),
    newSession: bind<(graph: Address, options: Address, status: Address) => Address>(
      'void *TF_NewSession(void *, void *, void *)',
    ),
    closeSession: bind<(session: Address, status: Address) => void>('void TF_CloseSession(void *, void *)'),
    deleteSession: bind<(session: Address, status: Address) => void>('void TF_DeleteSession(void *, void *)'),
    sessionRun: bind<(...values: RunArguments) => void>(
      'void TF_SessionRun(void *, void *, void *, void *, int, void *, void *, int, void *, int, void *, void *)',
    ),

    listDevices: bind<(session: Address, status: Address) => Address>('void *TF_SessionListDevices(void *, void *)'),
    deleteDeviceList: bind<(list: Address) => void>('void TF_DeleteDeviceList(void *)'),
    deviceCount: bind<(list: Address) => number>('int TF_DeviceListCount(void *)'),
    deviceName: bind<(list: Address, index: number, status: Address) => string>(
      'const char *TF_DeviceListName(void *, int, void *)',
    ),
    deviceType: bind<(list: Address, index: number, status: Address) => string>(
      'const char *TF_DeviceListType(void *, int, void *)',
    ),
  };
}
