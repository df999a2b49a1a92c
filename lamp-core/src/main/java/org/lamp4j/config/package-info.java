/** The configuration files of LAMP's own program. */
@NullMarked
package org.lamp4j.config;

import org.jspecify.annotations.NullMarked;
