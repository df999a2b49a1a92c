/** What a person with a GPU runs to see that all works there, and how fast: each part once, its result kept. */
@NullMarked
package org.lamp4j.examples.accept;

import org.jspecify.annotations.NullMarked;
