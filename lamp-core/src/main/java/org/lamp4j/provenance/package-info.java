/** What a saved pattern says of its origin: base model, clips, options, library version. */
package org.lamp4j.provenance;
