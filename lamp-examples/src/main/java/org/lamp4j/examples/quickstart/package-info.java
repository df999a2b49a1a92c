/** The quickstart: a motion pattern trained on shipped clips with a small shipped model, and a report of it. */
@NullMarked
package org.lamp4j.examples.quickstart;

import org.jspecify.annotations.NullMarked;
