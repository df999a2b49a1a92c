/** Progress of long work, and stopping it: one shape for training, generating and pre-training. */
package org.lamp4j.progress;
