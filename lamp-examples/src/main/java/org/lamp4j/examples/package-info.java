/** Recipes: small programs of one idea each. */
package org.lamp4j.examples;
