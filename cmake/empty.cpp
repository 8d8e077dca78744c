// CMake compiles precompiled.hpp with the flags of this, the only source of its target.
