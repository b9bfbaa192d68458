# Included before llama.cpp's own build files: leaves out its common library, which llama-cpp-python does not use.
# That is 83 build steps instead of 193; the option on the command line would be overridden.
set(LLAMA_BUILD_COMMON OFF)
