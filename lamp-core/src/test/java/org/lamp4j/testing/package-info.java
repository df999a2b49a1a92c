/** What the tests of several packages share: fixtures, and a backbone that computes nothing but what a test tells it. */
package org.lamp4j.testing;
