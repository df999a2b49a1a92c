/** Files of model directories, and text in them, as what they are: untrusted input. */
package org.lamp4j.modelfile;
