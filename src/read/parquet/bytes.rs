//! Columns of strings as columns of bytes: a value that is no UTF-8 then costs its wrong bytes, and no other row.

use std::sync::Arc;

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::{LogicalType, Type as Physical};
use ::parquet::errors::Result;
use ::parquet::file::metadata::{FileMetaData, ParquetMetaData};
use ::parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

/// The metadata of a file in which no column of bytes says that it holds strings.
///
/// # Errors
/// Where the file has a schema that cannot be built again.
pub fn strings_as_bytes(metadata: &ArrowReaderMetadata) -> Result<ArrowReaderMetadata> {
    let whole = metadata.metadata();
    let file = whole.file_metadata();
    let schema = Arc::new(SchemaDescriptor::new(bare(file.schema_descr().root_schema())?));
    let file =
        FileMetaData::new(file.version(), file.num_rows(), file.created_by().map(str::to_owned), None, schema, None);
    let whole = ParquetMetaData::new(file, whole.row_groups().to_vec());
    ArrowReaderMetadata::try_new(Arc::new(whole), ArrowReaderOptions::new().with_skip_arrow_metadata(true))
}

fn bare(of: &Type) -> Result<TypePtr> {
    let info = of.get_basic_info();
    let id = info.has_id().then(|| info.id());
    let built = match of {
        Type::PrimitiveType { physical_type: Physical::BYTE_ARRAY, .. }
            if matches!(
                info.logical_type_ref(),
                None | Some(LogicalType::String | LogicalType::Json | LogicalType::Enum)
            ) =>
        {
            Type::primitive_type_builder(info.name(), Physical::BYTE_ARRAY)
                .with_repetition(info.repetition())
                .with_id(id)
                .build()?
        }
        Type::PrimitiveType { .. } => of.clone(),
        Type::GroupType { fields, .. } => {
            let fields = fields.iter().map(|field| bare(field)).collect::<Result<_>>()?;
            let builder = Type::group_type_builder(info.name())
                .with_logical_type(info.logical_type_ref().cloned())
                .with_converted_type(info.converted_type())
                .with_id(id)
                .with_fields(fields);
            match info.has_repetition() {
                true => builder.with_repetition(info.repetition()).build()?,
                false => builder.build()?,
            }
        }
    };
    Ok(Arc::new(built))
}
