/*
 * cuDNN 9.10: every convolution has one engine and one plan, which needs no workspace. The provider builds plans through
 * cuDNN's backend: descriptors that are described by attributes.
 */
#include "handles.h"
#include <stdint.h>

int cudnnCreate(void **handle) {
    return new_handle(handle);
}

size_t cudnnGetVersion(void) {
    return 91002;
}

const char *cudnnGetErrorString(int status) {
    return "an error of the stand-in for cuDNN";
}

void cudnnGetLastErrorString(char *message, size_t room) {
    if (room) {
        message[0] = 0;
    }
}

int cudnnGetStream(void *handle, void **stream) {
    *stream = NULL;
    return 0;
}

#define CREATES(function) \
    int function(void **descriptor) { \
        return new_handle(descriptor); \
    }
CREATES(cudnnCreateActivationDescriptor)
CREATES(cudnnCreateConvolutionDescriptor)
CREATES(cudnnCreateDropoutDescriptor)
CREATES(cudnnCreateFilterDescriptor)
CREATES(cudnnCreateLRNDescriptor)
CREATES(cudnnCreatePoolingDescriptor)
CREATES(cudnnCreateRNNDataDescriptor)
CREATES(cudnnCreateRNNDescriptor)
CREATES(cudnnCreateReduceTensorDescriptor)
CREATES(cudnnCreateTensorDescriptor)

int cudnnBackendCreateDescriptor(int type, void **descriptor) {
    return new_handle(descriptor);
}

/* cudnnBackendAttributeName_t, as far as one value is asked for. */
enum {
    ENGINE_HEURISTIC_RESULTS = 202,
    ENGINE_CONFIGURATION_ENGINE = 300,
    ENGINE_CONFIGURATION_WORKSPACE = 303,
    ENGINE_CONFIGURATION_SHARED_MEMORY = 304,
    PLAN_WORKSPACE = 402,
    ENGINE_INDEX = 1301
};

int cudnnBackendGetAttribute(void *descriptor, int name, int type, int64_t room, int64_t *count, void *values) {
    int one = 0;
    int bytes = 0;
    switch (name) {
        case ENGINE_CONFIGURATION_WORKSPACE:
        case PLAN_WORKSPACE:
        case ENGINE_INDEX: bytes = sizeof(int64_t); /* fall through */
        case ENGINE_HEURISTIC_RESULTS:
        case ENGINE_CONFIGURATION_ENGINE: one = 1; break;
        case ENGINE_CONFIGURATION_SHARED_MEMORY: bytes = sizeof(int32_t); one = 1;
    }
    if (count) {
        *count = one;
    }
    if (values && room > 0) {
        for (int index = 0; index < bytes; index++) {
            ((char *)values)[index] = 0;
        }
    }
    return 0;
}

int cudnnGetReductionIndicesSize(void *handle, void *reduction, void *from, void *to, size_t *bytes) {
    *bytes = 0;
    return 0;
}

int cudnnGetReductionWorkspaceSize(void *handle, void *reduction, void *from, void *to, size_t *bytes) {
    *bytes = 0;
    return 0;
}

int cudnnGetConvolutionForwardWorkspaceSize(
        void *handle, void *x, void *w, void *convolution, void *y, int algorithm, size_t *bytes) {
    *bytes = 0;
    return 0;
}
