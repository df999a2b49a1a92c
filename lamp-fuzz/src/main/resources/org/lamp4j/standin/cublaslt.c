/* cuBLASLt: descriptions that nobody reads. */
#include "handles.h"

int cublasLtCreate(void **handle) {
    return new_handle(handle);
}

int cublasLtMatmulDescCreate(void **description) {
    return new_handle(description);
}

int cublasLtMatmulPreferenceCreate(void **preference) {
    return new_handle(preference);
}

int cublasLtMatrixLayoutCreate(void **layout) {
    return new_handle(layout);
}

int cublasLtMatrixTransformDescCreate(void **description) {
    return new_handle(description);
}
