/** Files of model directories as what they are: untrusted input. */
package org.lamp4j.modelfile;
