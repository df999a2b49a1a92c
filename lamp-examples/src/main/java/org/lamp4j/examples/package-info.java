/** Recipes: small programs of one idea each. */
@NullMarked
package org.lamp4j.examples;

import org.jspecify.annotations.NullMarked;
