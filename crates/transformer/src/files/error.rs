//! What may be wrong with a model's files.

/// What is wrong with a model's files.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file of JSON that is not one, or lacks what must be in it.
    #[error("{file} is not valid JSON: {error}")]
    Json {
        /// The file.
        file: &'static str,
        /// Where it stops being JSON, or what it lacks.
        error: serde_json::Error,
    },
    /// A model of another kind.
    #[error("{file}: {key} is {found}, and only {wanted} can be read")]
    Unsupported {
        /// The file.
        file: &'static str,
        /// The key in it.
        key: String,
        /// What stands there.
        found: String,
        /// What could be read.
        wanted: String,
    },
    /// Sizes of which no model can be made.
    #[error("no model has these sizes: {0}")]
    Config(#[from] crate::ConfigError),
    /// A file of tensors that is damaged or is not one.
    #[error("{file} is damaged or not a safetensors file: {error}")]
    Safetensors {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: safetensors::SafeTensorError,
    },
    /// What is longer than that of any model, and takes too much memory to look at.
    #[error("{what} has {bytes} bytes: it is damaged, or no model's")]
    Long {
        /// A file, or a part of it.
        what: String,
        /// Its length.
        bytes: u64,
    },
    /// What the list of a model's files says and the files do not.
    #[error("model.safetensors.index.json: {0}")]
    Index(String),
    /// A tensor that is there twice.
    #[error("the tensor {name:?} is in {first} and again in {second}")]
    Twice {
        /// Its name.
        name: String,
        /// The file in which it was met first.
        first: String,
        /// The other one, or the same.
        second: String,
    },
    /// A tensor that has more or fewer bytes than its shape.
    #[error("the tensor {name:?} has {bytes} bytes, which is not what {kind} takes for {shape:?}")]
    Bytes {
        /// Its name.
        name: String,
        /// Its shape in the file.
        shape: Vec<usize>,
        /// The kind of its numbers.
        kind: &'static str,
        /// How many bytes there are.
        bytes: usize,
    },
    /// A tensor that should be there.
    #[error("the tensor {0} is missing, and the model's configuration calls for it")]
    Missing(String),
    /// A tensor that should not be there.
    #[error("there is a tensor {0:?}, which no part of this model uses")]
    Extra(String),
    /// A tensor of another shape than the configuration says.
    #[error(
        "the tensor {name} has the shape {found:?}, and the configuration calls for {wanted:?}"
    )]
    Shape {
        /// Its name in the file.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// The shape that follows from the configuration.
        wanted: Vec<usize>,
    },
    /// Numbers of which this kind of model has no others.
    #[error("the tensor {0} holds other numbers than a model of this kind can have here")]
    Numbers(String),
    /// Fewer numbers than the model has.
    #[error(
        "the model's files have {bytes} bytes, and its configuration calls for {count} numbers"
    )]
    Short {
        /// The size of the files.
        bytes: usize,
        /// The parameters of the model.
        count: usize,
    },
    /// Numbers of a kind that cannot be read.
    #[error("the tensor {name:?} holds numbers of the type {found}, and {wanted} can be read")]
    Type {
        /// Its name in the file.
        name: String,
        /// The type in the file.
        found: String,
        /// The types that can be read.
        wanted: &'static str,
    },
    /// Places for which the turns alone take more memory than the model.
    #[error(
        "a context of {0} tokens takes more memory than the model itself: lower max_position_embeddings"
    )]
    Places(usize),
    /// What a model has and no published layout does.
    #[error("config.json has no name for {0}, so that no other program could open this model")]
    Nameless(String),
    /// Numbers of a kind that such a file does not hold.
    #[error("model.safetensors can hold F32, F16 and BF16, and no {0}: a .gguf file can")]
    Unwritten(&'static str),
    /// A GGUF file that cannot be read or written.
    #[error(transparent)]
    Gguf(#[from] super::gguf::GgufError),
}
