/*
 * The CUDA runtime: a device that has memory and counts what is done with it. Memory of the device is address space
 * that is hardly ever touched, so that a device of 80 GiB costs the host nothing.
 *
 * Copies between host and device of up to SMALL bytes arrive, since kernels of the provider's take shapes from them;
 * of larger ones only the size is counted, and what comes back from the device is zero.
 */
#define _GNU_SOURCE
#include "handles.h"
#include <jni.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { SUCCESS = 0, OUT_OF_MEMORY = 2 };
enum { SMALL = 64 << 10 };
enum { NOW, PEAK, ALLOCATIONS, LAUNCHES, UPLOADS, UPLOADED_BYTES, DOWNLOADS, DOWNLOADED_BYTES, COUNTERS };

typedef struct {
    char *start;
    size_t bytes;
} block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static block *blocks;
static size_t block_count, block_room;
static int64_t counters[COUNTERS];
static size_t total_bytes = (size_t)80 << 30;

void count_launch(void) {
    __atomic_fetch_add(&counters[LAUNCHES], 1, __ATOMIC_RELAXED);
}

/* What Java reads and sets: class org.lamp4j.standin.StandIn. */

JNIEXPORT jlong JNICALL Java_org_lamp4j_standin_StandIn_counter(JNIEnv *env, jclass type, jint counter) {
    pthread_mutex_lock(&lock);
    jlong value = counters[counter];
    pthread_mutex_unlock(&lock);
    return value;
}

JNIEXPORT void JNICALL Java_org_lamp4j_standin_StandIn_restart(JNIEnv *env, jclass type) {
    pthread_mutex_lock(&lock);
    int64_t now = counters[NOW];
    memset(counters, 0, sizeof counters);
    counters[NOW] = counters[PEAK] = now;
    pthread_mutex_unlock(&lock);
}

JNIEXPORT void JNICALL Java_org_lamp4j_standin_StandIn_setTotalBytes(JNIEnv *env, jclass type, jlong bytes) {
    pthread_mutex_lock(&lock);
    total_bytes = bytes;
    pthread_mutex_unlock(&lock);
}

/* A process that Java does not set up, such as a command line, has the size of its device in the environment. */
__attribute__((constructor)) static void read_environment(void) {
    const char *bytes = getenv("STAND_IN_BYTES");
    if (bytes) {
        total_bytes = strtoull(bytes, NULL, 10);
    }
}

/* Memory */

static int add_block(void **start, size_t bytes) {
    if (counters[NOW] + bytes > total_bytes) {
        return OUT_OF_MEMORY;
    }
    void *pages = mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) {
        return OUT_OF_MEMORY;
    }
    if (block_count == block_room) {
        block_room = block_room ? 2 * block_room : 1024;
        blocks = realloc(blocks, block_room * sizeof *blocks);
    }
    blocks[block_count++] = (block){pages, bytes};
    counters[ALLOCATIONS]++;
    counters[NOW] += bytes;
    if (counters[NOW] > counters[PEAK]) {
        counters[PEAK] = counters[NOW];
    }
    *start = pages;
    return SUCCESS;
}

int cudaMalloc(void **start, size_t bytes) {
    *start = NULL;
    pthread_mutex_lock(&lock);
    int result = add_block(start, bytes);
    pthread_mutex_unlock(&lock);
    return result;
}

int cudaFree(void *start) {
    pthread_mutex_lock(&lock);
    for (size_t index = 0; start && index < block_count; index++) {
        if (blocks[index].start == start) {
            munmap(start, blocks[index].bytes ? blocks[index].bytes : 1);
            counters[NOW] -= blocks[index].bytes;
            blocks[index] = blocks[--block_count];
            break;
        }
    }
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

int cudaMallocFromPoolAsync(void **start, size_t bytes, void *pool, void *stream) {
    return cudaMalloc(start, bytes);
}

int cudaFreeAsync(void *start, void *stream) {
    return cudaFree(start);
}

int cudaMallocHost(void **start, size_t bytes) {
    return posix_memalign(start, 256, bytes ? bytes : 1) ? OUT_OF_MEMORY : SUCCESS;
}

int cudaHostAlloc(void **start, size_t bytes, unsigned flags) {
    return cudaMallocHost(start, bytes);
}

int cudaFreeHost(void *start) {
    free(start);
    return SUCCESS;
}

int cudaMemGetInfo(size_t *free_bytes, size_t *all_bytes) {
    pthread_mutex_lock(&lock);
    *all_bytes = total_bytes;
    *free_bytes = total_bytes > counters[NOW] ? total_bytes - counters[NOW] : 0;
    pthread_mutex_unlock(&lock);
    return SUCCESS;
}

/* Copies */

static int on_device(const void *address) {
    for (size_t index = 0; index < block_count; index++) {
        const char *start = blocks[index].start;
        if ((const char *)address >= start && (const char *)address < start + blocks[index].bytes) {
            return 1;
        }
    }
    return 0;
}

int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) {
    pthread_mutex_lock(&lock);
    int up = on_device(to), down = on_device(from);
    if (up && !down) {
        counters[UPLOADS]++;
        counters[UPLOADED_BYTES] += bytes;
    }
    if (down && !up) {
        counters[DOWNLOADS]++;
        counters[DOWNLOADED_BYTES] += bytes;
    }
    pthread_mutex_unlock(&lock);
    if (down && !up) {
        memset(to, 0, bytes);
    } else if (!down && (!up || bytes <= SMALL)) {
        memcpy(to, from, bytes);
    }
    return SUCCESS;
}

int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *stream) {
    return cudaMemcpy(to, from, bytes, kind);
}

int cudaMemcpy2DAsync(
        void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height, int kind, void *stream) {
    return SUCCESS;
}

int cudaMemcpyFromSymbol(void *to, const void *symbol, size_t bytes, size_t offset, int kind) {
    return SUCCESS;
}

int cudaMemset(void *start, int value, size_t bytes) {
    return SUCCESS;
}

int cudaMemsetAsync(void *start, int value, size_t bytes, void *stream) {
    return SUCCESS;
}

/* The device: one, like an H100 of CUDA 12.8 */

int cudaGetDeviceCount(int *count) {
    *count = 1;
    return SUCCESS;
}

int cudaGetDevice(int *index) {
    *index = 0;
    return SUCCESS;
}

int cudaSetDevice(int index) {
    return SUCCESS;
}

/* The beginning of CUDA 12's cudaDeviceProp; what comes after it stays zero. */
typedef struct {
    char name[256];
    char identity[32]; /* uuid, luid and its mask */
    size_t total_bytes;
    size_t shared_bytes_of_block;
    int registers_of_block;
    int warp_size;
    size_t pitch;
    int threads_of_block;
    int block_sizes[3];
    int grid_sizes[3];
    int clock_kilohertz;
    size_t constant_bytes;
    int major;
    int minor;
    size_t texture_alignment;
    size_t pitch_alignment;
    int overlap;
    int multiprocessors;
} properties;

enum { PROPERTIES_BYTES = 1032 };

int cudaGetDeviceProperties_v2(void *target, int index) {
    memset(target, 0, PROPERTIES_BYTES);
    *(properties *)target = (properties){
        .name = "Stand-in",
        .total_bytes = total_bytes,
        .shared_bytes_of_block = 48 << 10,
        .registers_of_block = 64 << 10,
        .warp_size = 32,
        .pitch = INT32_MAX,
        .threads_of_block = 1024,
        .block_sizes = {1024, 1024, 64},
        .grid_sizes = {INT32_MAX, 65535, 65535},
        .clock_kilohertz = 1980000,
        .constant_bytes = 64 << 10,
        .major = 9,
        .texture_alignment = 512,
        .pitch_alignment = 32,
        .overlap = 1,
        .multiprocessors = 132,
    };
    return SUCCESS;
}

/* By the numbers of CUDA's cudaDeviceAttr. */
int cudaDeviceGetAttribute(int *value, int attribute, int index) {
    switch (attribute) {
        case 1: *value = 1024; break;            /* threads of a block */
        case 8: *value = 48 << 10; break;        /* shared memory of a block */
        case 10: *value = 32; break;             /* warp size */
        case 16: *value = 132; break;            /* multiprocessors */
        case 39: *value = 2048; break;           /* threads of a multiprocessor */
        case 75: *value = 9; break;              /* compute capability, major */
        case 76: *value = 0; break;              /* and minor */
        case 81: *value = 228 << 10; break;      /* shared memory of a multiprocessor */
        case 97: *value = 227 << 10; break;      /* shared memory of a block that asks for it */
        default: *value = 1;
    }
    return SUCCESS;
}

int cudaRuntimeGetVersion(int *version) {
    *version = 12080;
    return SUCCESS;
}

int cudaDriverGetVersion(int *version) {
    *version = 12080;
    return SUCCESS;
}

const char *cudaGetErrorString(int error) {
    return error == OUT_OF_MEMORY ? "out of memory" : "an error of the stand-in";
}

const char *cudaGetErrorName(int error) {
    return error == OUT_OF_MEMORY ? "cudaErrorMemoryAllocation" : "cudaErrorOfStandIn";
}
