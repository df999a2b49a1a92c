/* cuBLAS: handles, and products that nobody computes. */
#include "handles.h"

int cublasCreate_v2(void **handle) {
    return new_handle(handle);
}

int cublasGetMathMode(void *handle, int *mode) {
    *mode = 0;
    return 0;
}

const char *cublasGetStatusName(int status) {
    return "a status of the stand-in";
}

const char *cublasGetStatusString(int status) {
    return "a status of the stand-in";
}
