/* The CUDA runtime's kernels, streams, events and graphs: launches are counted, and nothing is computed. */
#include "handles.h"
#include <stdint.h>
#include <string.h>

void count_launch(void);

int cudaLaunchKernel(void) {
    count_launch();
    return 0;
}

int cudaLaunchKernelExC(void) {
    count_launch();
    return 0;
}

/* What nvcc writes around "kernel<<<grid, block, shared, stream>>>": put down by the caller, picked up by the stub. */

typedef struct {
    uint64_t xy;
    uint32_t z;
} extent;

static __thread struct {
    extent grid;
    extent block;
    size_t shared_bytes;
    void *stream;
} launch;

/* A dim3 of three 32-bit numbers is passed as one of 64 bits and one of 32. */
unsigned __cudaPushCallConfiguration(
        uint64_t grid_xy, uint32_t grid_z, uint64_t block_xy, uint32_t block_z, size_t shared_bytes, void *stream) {
    launch.grid = (extent){grid_xy, grid_z};
    launch.block = (extent){block_xy, block_z};
    launch.shared_bytes = shared_bytes;
    launch.stream = stream;
    return 0;
}

int __cudaPopCallConfiguration(void *grid, void *block, size_t *shared_bytes, void *stream) {
    memcpy(grid, &launch.grid, 3 * sizeof(uint32_t));
    memcpy(block, &launch.block, 3 * sizeof(uint32_t));
    *shared_bytes = launch.shared_bytes;
    *(void **)stream = launch.stream;
    return 0;
}

void **__cudaRegisterFatBinary(void *binary) {
    static void *registered[512];
    return registered;
}

void __cudaRegisterFatBinaryEnd(void **binary) {}
void __cudaUnregisterFatBinary(void **binary) {}
void __cudaRegisterFunction(void) {}
void __cudaRegisterVar(void) {}

int cudaStreamCreate(void **stream) {
    return new_handle(stream);
}

int cudaStreamCreateWithFlags(void **stream, unsigned flags) {
    return new_handle(stream);
}

int cudaStreamIsCapturing(void *stream, int *status) {
    *status = 0;
    return 0;
}

int cudaStreamEndCapture(void *stream, void **graph) {
    return new_handle(graph);
}

int cudaGraphInstantiate(void **executable, void *graph, unsigned long long flags) {
    return new_handle(executable);
}

int cudaEventCreate(void **event) {
    return new_handle(event);
}

int cudaEventCreateWithFlags(void **event, unsigned flags) {
    return new_handle(event);
}

int cudaEventElapsedTime(float *milliseconds, void *from, void *to) {
    *milliseconds = 0.1f;
    return 0;
}

int cudaMemPoolCreate(void **pool, const void *properties) {
    return new_handle(pool);
}

int cudaLibraryLoadData(void **library) {
    return new_handle(library);
}

int cudaLibraryGetKernel(void **kernel) {
    return new_handle(kernel);
}

/* The number of threads of a block is the seventh field of cudaFuncAttributes, after three sizes of 64 bits. */
int cudaFuncGetAttributes(void *attributes, const void *kernel) {
    memset(attributes, 0, 64);
    ((int *)attributes)[6] = 1024;
    return 0;
}

int cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
        int *blocks, const void *kernel, int threads, size_t shared_bytes, unsigned flags) {
    *blocks = 2;
    return 0;
}

static int succeed(void) {
    return 0;
}

int cudaGetDriverEntryPoint(const char *name, void **function, unsigned long long flags, int *found) {
    *function = (void *)succeed;
    if (found) {
        *found = 0;
    }
    return 0;
}
