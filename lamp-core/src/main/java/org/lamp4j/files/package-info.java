/** Whole-file writing, and what is checked before a file is read. */
package org.lamp4j.files;
